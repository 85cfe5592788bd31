import express from "express";
import { signUpInNode } from "./sign-up.js";

const app = express();
app.post("/signup", async (_, response) => {
	response.send(await signUpInNode());
});
const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
