"""What the pages show, composed of the modules below."""
