// The page of the API: Swagger UI on our own document. Who is signed in here calls with the session of this browser,
// and so with its CSRF token; a token that was pasted under "Authorize" goes before it.
const token = document.querySelector('meta[name="csrf-token"]').content;

window.SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  layout: "BaseLayout",
  presets: [window.SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor(request) {
    if (!request.headers.Authorization) request.headers["X-CSRF-Token"] = token;
    return request;
  },
});
document.documentElement.classList.toggle("dark-mode", document.documentElement.dataset.bsTheme === "dark");
