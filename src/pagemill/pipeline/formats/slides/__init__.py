"""PPTX: a page a slide, each shape where it stands."""
