import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` beside a running server: calls go on to it, so log in there first.
const SERVER = process.env.LATENTWIRE_SERVER ?? "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", assetsInlineLimit: 0 },
  server: { proxy: { "/v1": { target: SERVER, ws: true } } },
});
