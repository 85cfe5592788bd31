package enrol;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A host of signup.wasm in Java, written from wasm/ABI.md. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: java enrol.Main MODULE TRANSCRIPTS CACHE");
            System.exit(2);
        }
        var module = new SignupModule(Path.of(arguments[0]), Path.of(arguments[2]));
        int transcripts = Replay.check(module, Path.of(arguments[1]));
        Path folder = Files.createTempDirectory("enrol");
        Path account = folder.resolve("account.mv");
        Path crowd = folder.resolve("crowd.mv");
        try {
            Account.check(module, account);
            Crowd.check(module, crowd);
        } finally {
            Files.deleteIfExists(account);
            Files.deleteIfExists(crowd);
            Files.delete(folder);
        }
        var modes = new JsonArray();
        for (Replay.Mode mode : Replay.Mode.values()) {
            modes.add(mode.name().toLowerCase(Locale.ROOT));
        }
        var result = new JsonObject();
        String engine = com.dylibso.chicory.wasm.Version.version();
        result.addProperty("runtime", "Java " + System.getProperty("java.version") + " / Chicory " + engine);
        result.addProperty("transcripts", transcripts);
        result.add("modes", modes);
        result.addProperty("signup", true);
        result.addProperty("concurrency", true);
        System.out.println(result);
    }
}
