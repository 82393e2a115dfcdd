"""News (资讯): articles and notices of a zone, and the city union's articles shared down to it."""
