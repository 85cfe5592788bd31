// The public settings in the module's answer to its configuration.

import type { PublicSettings } from "./public-settings.js";

/** The settings in the module's answer to its configuration. */
export interface WrittenSettings {
  app: string;
  apps?: string[];
  url?: string;
  origins?: string[];
  rate_signup?: number;
  rate_confirm?: number;
  rate_resend?: number;
  refused?: string[];
}

/** Reads the settings. */
export function readSettings(written: WrittenSettings): PublicSettings {
  return {
    app: written.app,
    apps: written.apps ?? [],
    ...(written.url === undefined ? {} : { url: written.url }),
    origins: written.origins ?? [],
    rateSignup: written.rate_signup ?? 0,
    rateConfirm: written.rate_confirm ?? 0,
    rateResend: written.rate_resend ?? 0,
    refused: written.refused ?? [],
  };
}
