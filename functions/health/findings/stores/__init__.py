"""Where the book of findings is kept between two looks."""
