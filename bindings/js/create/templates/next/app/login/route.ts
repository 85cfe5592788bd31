import { addressOf } from "../../lib/client.ts";
import { engine } from "../../lib/enrol.ts";
import { login } from "../../lib/login.ts";

export const POST = async (request: Request) => login(request, await engine(), addressOf(request));
