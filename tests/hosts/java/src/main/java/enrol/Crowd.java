package enrol;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Many operations at once: in one instance, and in several on threads of their own. */
final class Crowd {
    private static final String CONF = """
            [password]
            min_complexity=0
            [apps]
            all=CRM
            signup_allowed=CRM
            [signup]
            inform_if_user_exists=True
            callback_service_list=crm
            [enrol]
            argon2_memory=8192
            argon2_iterations=1
            """;
    private static final int RIVALS = 50;
    private static final int THREADS = 3;
    private static final int OWN = 5; // names that each thread has to itself

    /** A store that is some way off. */
    private static final class SlowStore extends Store {
        SlowStore(Path file) {
            super(file);
        }

        @Override
        JsonObject get(JsonArray keys) {
            pause();
            return super.get(keys);
        }

        @Override
        JsonObject commit(JsonArray checks, JsonArray puts, JsonArray deletes) {
            pause();
            return super.commit(checks, puts, deletes);
        }

        private static void pause() {
            try {
                Thread.sleep(2);
            } catch (InterruptedException problem) {
                throw new IllegalStateException(problem);
            }
        }
    }

    private final SignupModule module;
    private final Effects effects;
    private final String secretKey = Effects.secretKey();
    private final ConcurrentLinkedQueue<String> delivered = new ConcurrentLinkedQueue<>();

    private Crowd(SignupModule module, Store store) {
        this.module = module;
        effects = new Effects(store, Map.of("crm", (event, id) ->
                delivered.add(event.getAsJsonObject("data").get("username").getAsString())));
    }

    static void check(SignupModule module, Path file) throws Exception {
        try (var store = new SlowStore(file)) {
            var crowd = new Crowd(module, store);
            crowd.oneInstance();
            crowd.severalInstances();
        }
    }

    /** One name, and many who want it. */
    private void oneInstance() throws InterruptedException {
        try (Office office = office(8)) {
            Check.that(ok(office.run(List.of(new Office.Operation("open", "{}"))).get(0)), "the store did not open");
            oneWinner(office.run(IntStream.range(0, RIVALS).mapToObj(i -> signup("ada", "ada" + i)).toList()));
            Check.that(office.mostWaiting == RIVALS, "only " + office.mostWaiting + " operations ran at once");
        }
    }

    /** One store: one name for all, some for each; and all of them deliver. */
    private void severalInstances() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        var futures = new ArrayList<Future<List<JsonObject>>>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            futures.add(threads.submit(() -> work(thread)));
        }
        threads.shutdown();
        var rivals = new ArrayList<JsonObject>();
        for (Future<List<JsonObject>> future : futures) {
            List<JsonObject> answers = future.get();
            rivals.add(answers.get(0));
            Check.that(answers.stream().skip(1).allMatch(Crowd::ok), answers);
        }
        oneWinner(rivals);
        try (Office office = office(1)) {
            JsonObject last = office.run(List.of(new Office.Operation("dispatch", "{}"))).get(0);
            Check.that(last.get("next_due").isJsonNull(), last);
        }
        var names = new ArrayList<>(List.of("ada", "grace"));
        for (int t = 0; t < THREADS; t++) {
            names.addAll(own(t));
        }
        Check.that(delivered.stream().sorted().toList().equals(names.stream().sorted().toList()), delivered);
    }

    private List<JsonObject> work(int thread) throws InterruptedException {
        try (Office office = office(2)) {
            var signups = new ArrayList<>(List.of(signup("grace", "grace" + thread)));
            own(thread).forEach(name -> signups.add(signup(name, name)));
            List<JsonObject> answers = office.run(signups);
            office.run(List.of(new Office.Operation("dispatch", "{}"), new Office.Operation("dispatch", "{}")));
            return answers;
        }
    }

    private Office office(int workers) {
        var instance = new SignupInstance(module);
        instance.configure(CONF, secretKey);
        return new Office(instance, effects, workers);
    }

    private static List<String> own(int thread) {
        return IntStream.range(0, OWN).mapToObj(i -> "own" + thread + "-" + i).toList();
    }

    private static Office.Operation signup(String username, String mailbox) {
        return new Office.Operation("signup", Account.signup(username, mailbox + "@example.com"));
    }

    private static boolean ok(JsonObject answer) {
        return answer.get("status").getAsString().equals("ok");
    }

    private static void oneWinner(List<JsonObject> answers) {
        long winners = answers.stream().filter(Crowd::ok).count();
        long others = answers.stream().filter(a -> !ok(a) && a.get("sub_status").getAsString().equals("E001002")).count();
        Check.that(winners == 1 && others == answers.size() - 1, answers);
    }
}
