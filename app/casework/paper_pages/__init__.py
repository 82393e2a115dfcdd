"""The pages of a PDF as pictures, to step through: beside the form at the desk, and on the member's phone (材料逐页查看)."""
