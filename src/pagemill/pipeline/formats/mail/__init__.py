"""Mails: page 1 is what was written, the pages behind it are those of the attachments."""
