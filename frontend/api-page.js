// The page of the API: Swagger UI on our own document. Who is signed in here calls with the session of this browser,
// and so, where something may change, with its CSRF token; a token that was pasted under "Authorize" goes before it.
// Without need it must not be sent: a download leads on to storage elsewhere, which takes no headers of ours.
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
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
    const asks = !SAFE.has((request.method ?? "GET").toUpperCase());
    if (asks && !request.headers.Authorization) request.headers["X-CSRF-Token"] = token;
    return request;
  },
});
document.documentElement.classList.toggle("dark-mode", document.documentElement.dataset.bsTheme === "dark");
