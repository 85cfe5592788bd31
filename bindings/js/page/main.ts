// The script of the pages that host/page serves. Without it they work in full.

import { element, showable } from "../examples/browser-form/src/form.js";
import { checkForm } from "./check.js";
import { enterPerson, forgetPerson, keepPerson } from "./person.js";
import { takeTokens } from "./token.js";

if (document.getElementById("show")) {
  showable();
  element("show").hidden = false;
}
switch (document.body.dataset["page"]) {
  case "signup":
    keepPerson();
    checkForm();
    break;
  case "resend":
    enterPerson();
    keepPerson();
    break;
  case "confirm":
    takeTokens();
    break;
  case "confirmed":
    forgetPerson();
    break;
}
