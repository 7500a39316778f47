"""Texts: in two languages, and as people type them.

i18n.py      the two languages, and texts that exist in both
canonical_json.py   digests of content, over its canonical JSON
characters.py   characters that no text may have
folding.py   one form for characters that look alike
"""
