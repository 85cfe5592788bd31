package enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import enrol.SignupInstance.Done;
import enrol.SignupInstance.State;
import enrol.SignupInstance.Waiting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs many operations at once in one instance: whatever takes time is done by a pool of threads. */
final class Office implements AutoCloseable {
    record Operation(String name, String request) {}

    private record Answer(int op, byte[] bytes) {}

    private final SignupInstance instance;
    private final Effects effects;
    private final ExecutorService pool;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    int mostWaiting;

    Office(SignupInstance instance, Effects effects, int workers) {
        this.instance = instance;
        this.effects = effects;
        this.pool = Executors.newFixedThreadPool(workers);
    }

    List<JsonObject> run(List<Operation> operations) throws InterruptedException {
        var states = new ArrayList<State>();
        Map<Integer, Integer> places = new HashMap<>();
        for (Operation operation : operations) {
            State state = instance.start(operation.name(), operation.request().getBytes(UTF_8), this::ask);
            if (state instanceof Waiting waiting) {
                places.put(waiting.number(), states.size());
            }
            states.add(state);
        }
        while (!places.isEmpty()) {
            mostWaiting = Math.max(mostWaiting, places.size());
            Answer answer = answers.poll(60, TimeUnit.SECONDS);
            Check.that(answer != null, places.size() + " operations wait for nothing");
            int place = places.get(answer.op());
            states.set(place, instance.resume((Waiting) states.get(place), answer.bytes()));
            if (states.get(place) instanceof Done) {
                places.remove(answer.op());
            }
        }
        return states.stream().map(state -> JsonParser.parseString(new String(((Done) state).answer(), UTF_8)).getAsJsonObject()).toList();
    }

    private byte[] ask(int op, String effect, byte[] request) {
        if (effect.equals("now") || effect.equals("entropy")) {
            return effects.perform(effect, request);
        }
        pool.execute(() -> answers.add(new Answer(op, effects.perform(effect, request))));
        return null;
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
