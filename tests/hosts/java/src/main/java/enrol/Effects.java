package enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** Performs the effects of operations. */
final class Effects {
    /** Gets the body of an event, and its id, which stays the same if it is delivered again. */
    interface Service {
        void serve(JsonObject event, String id);
    }

    private final Store store;
    private final Map<String, Service> services;
    private final SecureRandom random = new SecureRandom();
    final List<JsonObject> audited = new CopyOnWriteArrayList<>();

    Effects(Store store, Map<String, Service> services) {
        this.store = store;
        this.services = services;
    }

    /** Performs an effect. What fails is answered, never thrown. */
    byte[] perform(String effect, byte[] request) {
        JsonObject answer;
        try {
            answer = perform(effect, JsonParser.parseString(new String(request, UTF_8)).getAsJsonObject());
        } catch (RuntimeException problem) {
            answer = object("error", effect + ": " + problem);
        }
        return answer.toString().getBytes(UTF_8);
    }

    private JsonObject perform(String effect, JsonObject request) {
        return switch (effect) {
            case "now" -> now();
            case "entropy" -> entropy(request.get("bytes").getAsInt());
            case "kv_get" -> store.get(request.getAsJsonArray("keys"));
            case "kv_commit" -> store.commit(request.getAsJsonArray("checks"),
                    request.getAsJsonArray("puts"), request.getAsJsonArray("deletes"));
            case "kv_scan" -> store.scan(text(request, "prefix"), text(request, "after"), request.get("limit").getAsInt());
            case "audit" -> audit(request);
            case "callback" -> callback(request);
            case "kdf" -> kdf(request);
            default -> throw new IllegalArgumentException("there is no effect " + effect);
        };
    }

    private static JsonObject now() {
        var answer = new JsonObject();
        answer.addProperty("unix_ms", System.currentTimeMillis());
        return answer;
    }

    private JsonObject entropy(int count) {
        byte[] drawn = new byte[count];
        random.nextBytes(drawn);
        return object("entropy", encode(drawn));
    }

    private JsonObject audit(JsonObject event) {
        event.addProperty("time", System.currentTimeMillis());
        audited.add(event);
        return new JsonObject();
    }

    private JsonObject callback(JsonObject call) {
        Service service = services.get(text(call, "service"));
        if (service == null) {
            return object("error", "there is no service " + text(call, "service"));
        }
        JsonObject event = JsonParser.parseString(text(call, "body")).getAsJsonObject();
        service.serve(event, text(call.getAsJsonObject("headers"), "webhook-id"));
        return object("body", "{}");
    }

    private static JsonObject kdf(JsonObject request) {
        byte[] password = decode(text(request, "password"));
        byte[] salt = decode(text(request, "salt"));
        int iterations = request.get("iterations").getAsInt();
        byte[] key = new byte[request.get("length").getAsInt()];
        switch (text(request, "algorithm")) {
            case "argon2id" -> {
                var generator = new Argon2BytesGenerator();
                generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13).withSalt(salt).withIterations(iterations)
                        .withMemoryAsKB(request.get("memory").getAsInt())
                        .withParallelism(request.get("parallelism").getAsInt()).build());
                generator.generateBytes(password, key);
            }
            case "pbkdf2-sha512" -> {
                var generator = new PKCS5S2ParametersGenerator(new SHA512Digest());
                generator.init(password, salt, iterations);
                key = ((KeyParameter) generator.generateDerivedParameters(key.length * 8)).getKey();
            }
            default -> {
                var unsupported = new JsonObject();
                unsupported.addProperty("unsupported", true);
                return unsupported;
            }
        }
        return object("key", encode(key));
    }

    /** A new secret key, as configure takes it. */
    static String secretKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return "k1:" + encode(key);
    }

    private static JsonObject object(String name, String value) {
        var object = new JsonObject();
        object.addProperty(name, value);
        return object;
    }

    private static String text(JsonObject object, String name) {
        return object.get(name).getAsString();
    }

    private static String encode(byte[] data) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
    }

    private static byte[] decode(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
