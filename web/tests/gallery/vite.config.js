import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Any small picture stands for all that a server would have; one is gone. */
const pictures = {
  name: "pictures",
  configureServer(server) {
    server.middlewares.use("/v1/assets/", (request, answer) => {
      if (request.url?.startsWith("/ffff")) {
        answer.statusCode = 404;
        return answer.end();
      }
      answer.setHeader("Content-Type", "image/svg+xml");
      answer.end(readFileSync(new URL("../../public/icon.svg", import.meta.url)));
    });
  },
};

export default defineConfig({ root: import.meta.dirname, plugins: [react(), pictures] });
