import { handler } from "@enrol-sso/enrol/http";
import { engine } from "../../../lib/enrol.ts";

const handle = handler(engine, { clientAddress: { header: "x-forwarded-for" } });

export { handle as OPTIONS, handle as POST };
