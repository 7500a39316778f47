"""Static files, and the headers of every response.

files.py              the client: read once, compressed once, validated by content
security_headers.py   Content-Security-Policy and the like
security_txt.py       /.well-known/security.txt (RFC 9116)
"""
