"""The WSGI entry for any server: ``gunicorn --threads 16 server:app``.

Limits of clients, the cache and compression come with ``migragraph serve``.
"""

from migragraph.config import read_settings
from migragraph.web import create_app

app = create_app(read_settings())
