"""The WSGI entry for any server: ``waitress-serve server:app``."""

from migragraph.config import read_settings
from migragraph.web import create_app

app = create_app(read_settings())
