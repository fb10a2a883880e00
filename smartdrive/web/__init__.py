"""Pages and the JSON API: a view translates, a service decides."""
