"""A load generator for OCPP 1.6J: many charge points on one epoll loop in one thread."""
