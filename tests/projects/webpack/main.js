import { signUpInNode } from "./sign-up.js";

console.log(await signUpInNode());
