"""The door of a web process: what can be answered from memory is answered in the server's own thread, and the rest by Flask in others.

The server (granian) hands over requests in one thread that must never wait. Pages that are remembered and the posts that very many
send at one moment are done there, hundreds of them at a time; whatever needs rendering or the database goes to a few threads with
the same layers and Flask behind them, as a WSGI server would have it.
"""
