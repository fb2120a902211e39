"""The pipeline: a file on this machine to a document, in pure synchronous steps. It knows no store, no blobs, no queue."""
