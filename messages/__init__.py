"""Every word a person sees: templates, labels and how numbers and dates are written."""
