// Hooks of Node's loader that take modules from HTTP.

import type { LoadHook, ResolveHook } from "node:module";

export const resolve: ResolveHook = (specifier, context, next) => {
  const { href } = URL.canParse(specifier, context.parentURL) ? new URL(specifier, context.parentURL) : { href: "" };
  return href.startsWith("http:") ? { url: href, shortCircuit: true } : next(specifier, context);
};

export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith("http:")) {
    return next(url, context);
  }
  const response = await fetch(url);
  return { format: "module", source: await response.text(), shortCircuit: true };
};
