"""The HTTP API: routes, schemas, problems, sign-in and the event stream, over the hub."""
