// The script of the pages that host/page serves. Without it they work in full.

import { element, showable } from "../examples/browser-form/src/form.js";
import { checkForm } from "./check.js";
import { takeTokens } from "./token.js";

if (document.getElementById("show")) {
  showable();
  element("show").hidden = false;
}
switch (document.body.dataset["page"]) {
  case "signup":
    checkForm();
    break;
  case "confirm":
    takeTokens();
    break;
}
