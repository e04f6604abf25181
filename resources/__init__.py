"""Files the program shows or loads: fonts, style images, examples, help texts."""
