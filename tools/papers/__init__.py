"""Made pictures of characters on paper, boards and screens, as people photograph and export them."""
