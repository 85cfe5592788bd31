import type { NextConfig } from "next";

export default {
  serverExternalPackages: ["@enrol-sso/enrol"], // it reads its module from its folder
  rewrites: async () => [
    { source: "/", destination: "/index.html" },
    { source: "/confirm", destination: "/confirm.html" },
  ],
} satisfies NextConfig;
