// What runs in workerd: a Worker that is posted the transcripts and answers the
// row.

import { createEnrol } from "@enrol-sso/enrol";
import module from "@enrol-sso/enrol/signup.wasm";
import { d1Store } from "@enrol-sso/enrol/stores/d1";
import { Instance } from "../../bindings/js/dist/instance.js";
import { report } from "./suite/report.js";

export default {
	async fetch(request, env) {
		try {
			const row = await report({
				Instance,
				module,
				transcripts: await request.json(),
				createEnrol,
				openStore: (n) => d1Store(env[`DB${n}`]),
			});
			return Response.json(row);
		} catch (error) {
			return new Response(error.stack, { status: 500 });
		}
	},
};
