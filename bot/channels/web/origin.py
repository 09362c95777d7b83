"""How the web chat names itself in updates."""

NAME = "web"
BOT = "site"
