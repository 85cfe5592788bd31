package enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One account from signup to confirmation, on a store that is on disk. */
final class Account {
    private static final String CONF = """
            [main]
            email_service=mail
            [apps]
            all=CRM
            signup_allowed=CRM
            [signup]
            is_approval_needed=False
            inform_if_user_exists=True
            callback_service_list=crm
            [enrol]
            message_cooldown=0
            """;

    private record Delivery(String service, String id, JsonObject data) {}

    /** A host in its simplest form: every answer comes at once. */
    private record Host(SignupInstance instance, Effects effects) {
        static Host open(SignupModule module, String secretKey, Effects effects) {
            var host = new Host(new SignupInstance(module), effects);
            host.instance.configure(CONF, secretKey);
            expect(host.run("open", "{}"), "status", "ok");
            return host;
        }

        JsonObject run(String operation, String request) {
            var state = instance.start(operation, request.getBytes(UTF_8), (op, effect, data) -> effects.perform(effect, data));
            return JsonParser.parseString(new String(((SignupInstance.Done) state).answer(), UTF_8)).getAsJsonObject();
        }
    }

    private Account() {}

    static void check(SignupModule module, Path file) {
        List<Delivery> delivered = new ArrayList<>();
        Map<String, Effects.Service> services = Map.of(
                "mail", (event, id) -> delivered.add(new Delivery("mail", id, event.getAsJsonObject("data"))),
                "crm", (event, id) -> delivered.add(new Delivery("crm", id, event.getAsJsonObject("data"))));
        String secretKey = Effects.secretKey();
        String userId;
        try (var store = new Store(file)) {
            Host host = Host.open(module, secretKey, new Effects(store, services));
            JsonObject signedUp = host.run("signup", signup("Ada", "ada@example.com"));
            expect(signedUp, "status", "ok");
            expect(host.run("dispatch", "{}"), "delivered", "2");
            Check.that(names(delivered).equals(Set.of("crm", "mail")), delivered);
            String token = delivered.stream().filter(d -> d.service().equals("mail")).findFirst().orElseThrow()
                    .data().get("token").getAsString();
            expect(signedUp, "confirm_token", token);

            expect(host.run("signup", signup("ADA", "other@example.com")), "sub_status", "E001002");

            String confirm = "{\"confirm_token\":\"" + token + "\",\"current_app\":\"CRM\"}";
            JsonObject confirmed = host.run("confirm", confirm);
            expect(confirmed, "status", "ok");
            userId = confirmed.get("user_id").getAsString();
            expect(host.run("confirm", confirm), "sub_status", "E005007");
        }

        // Another process would see it like this.
        try (var store = new Store(file)) {
            Host host = Host.open(module, secretKey, new Effects(store, services));
            JsonObject user = host.run("get", "{\"username\":\"ada\"}").getAsJsonObject("user");
            expect(user, "user_id", userId);
            expect(user, "sign_up_status", "final");
            expect(user, "email", "ada@example.com");
            expect(host.run("verify", """
                    {"username":"ada","password":"correct horse battery","current_app":"CRM"}"""), "status", "ok");
            expect(host.run("dispatch", "{}"), "delivered", "1"); // the welcome
            expect(host.run("dispatch", "{}"), "delivered", "0");
        }
        List<String> messages = delivered.stream().filter(d -> d.service().equals("mail"))
                .map(d -> d.data().get("kind").getAsString()).toList();
        Check.that(messages.equals(List.of("confirm", "welcome")), delivered);
        long ids = delivered.stream().map(Delivery::id).distinct().count();
        Check.that(delivered.size() == 3 && ids == 3, delivered);
    }

    static String signup(String username, String email) {
        return """
                {"ctx":{"username":"%s","password":"correct horse battery","email":"%s","app_list":["CRM"]},\
                "current_app":"CRM","remote_addr":"203.0.113.7"}""".formatted(username, email);
    }

    private static Set<String> names(List<Delivery> delivered) {
        return delivered.stream().map(Delivery::service).collect(Collectors.toSet());
    }

    /** A list of one reads like the one. */
    private static void expect(JsonObject answer, String member, String want) {
        Check.that(answer.has(member) && answer.get(member).getAsString().equals(want), member + " is not " + want + ": " + answer);
    }
}
