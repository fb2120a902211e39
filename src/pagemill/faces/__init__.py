"""How people and programs meet the service: thin, they parse, call and print."""
