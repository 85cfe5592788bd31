// Prints the word lists of the npm package as one JSON object.
import lists from "zxcvbn/lib/frequency_lists.js";

process.stdout.write(JSON.stringify(lists));
