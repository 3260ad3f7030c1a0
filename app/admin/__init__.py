"""The administration: pages below /admin/ for whoever runs the site."""
