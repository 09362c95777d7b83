"""How an officer goes through the screens that are no question of the decision: joining, opening questions, grounds."""

import random
import re
from dataclasses import dataclass, field

from fake_bot_api.chats import Shown
from fake_bot_api.markup import Button
from officer.walk import Officer, press_first

CLAIM_AT = 1  # the button that claims nothing stands first, the one that claims behind it
GROUND = re.compile(r"Căn cứ tính điểm tối đa: (.+)")
ID = re.compile(r"\d+(?:\.\d+)+")


@dataclass(slots=True)
class Opening:
    """Claims exemptions by a seed (0: never) and remembers the scopes claimed."""

    seed: int
    claimed: list[str] = field(default_factory=list)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def choose(self, officer: Officer, shown: Shown) -> Button | None:
        """The button for a screen before the first question."""
        if shown.text.startswith("Câu mở đầu") and self.seed and self._dice.random() < 0.5:
            return shown.buttons[CLAIM_AT]
        found = GROUND.match(shown.text)
        if found:
            self.claimed.append(scope_of(ID.findall(found[1])))
        return press_first(officer, shown)

    def go_on(self, officer: Officer, shown: Shown) -> Button | None:
        """The button for a screen among the questions: on with the next one, None at the review."""
        if shown.text.startswith(("Câu mở đầu", "Căn cứ tính điểm tối đa")):
            return self.choose(officer, shown)
        if shown.text.startswith("Bản tự chấm của"):
            return None
        return next((button for button in shown.buttons if button.label == "Tiếp tục"), None)


def scope_of(ids: list[str]) -> str:
    """The criterion or group that these criteria make up."""
    return ids[0] if len(ids) == 1 else ids[0].rpartition(".")[0]
