// The texts of mails, which scripts/ship.js takes from the folder that Go programs embed them from.

import type { CatalogueFile } from "./catalogue.js";

declare const texts: {
  /** The HTML around the paragraphs of a mail. */
  layout: string;
  /** By language, English first. */
  catalogues: Readonly<Record<string, CatalogueFile>>;
};
export default texts;
