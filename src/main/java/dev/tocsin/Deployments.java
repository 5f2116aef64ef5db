package dev.tocsin;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is deployed, in order, so that it can be stopped in the reverse. Blocks; confined to the thread that starts or stops. */
final class Deployments {
    private static final long MOST_SECONDS = 30;

    private final Vertx vertx;
    /** Deployment ids, newest first. */
    private final Deque<String> deployed = new ArrayDeque<>();
    /** Those of them that take samples from sockets. */
    private final List<String> receivers = new ArrayList<>();

    Deployments(Vertx vertx) {
        this.vertx = vertx;
    }

    int size() {
        return deployed.size();
    }

    /** One that was deployed by somebody else. */
    void add(String deploymentId) {
        deployed.push(deploymentId);
    }

    /** One that takes samples from a socket: {@link #stopTaking} stops it before all others. */
    void deployReceiver(Deployable verticle) throws Exception {
        deploy(verticle, ThreadingModel.EVENT_LOOP);
        receivers.add(deployed.getFirst());
    }

    /** All receivers at once: each may drain its socket for a moment. */
    void stopTaking() throws Exception {
        List<Future<Void>> undeployed = new ArrayList<>();
        for (String receiver : receivers) {
            deployed.remove(receiver);
            undeployed.add(vertx.undeploy(receiver));
        }
        receivers.clear();
        await(Future.join(undeployed));
    }

    /** The newest first, until so many are left. */
    void undeployAllBut(int left) throws Exception {
        while (deployed.size() > left) {
            await(vertx.undeploy(deployed.pop()));
        }
    }

    interface Binding {
        void run() throws Exception;
    }

    /** Says what could not be bound, and what to do, in one sentence. */
    static void binding(String key, String host, int port, Binding binding) throws Exception {
        try {
            binding.run();
        } catch (IOException e) {
            throw new IOException(
                    "can't listen on " + host + ":" + port + ", " + e.getMessage()
                            + "; is another one running? Choose another with --set " + key + "=…",
                    e);
        }
    }

    void deploy(Deployable verticle, ThreadingModel threading) throws Exception {
        deployed.push(await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(threading))));
    }

    /** On one worker thread of that name, which nothing else uses and which outlives the verticle: it hears late answers. */
    void deployOnThread(String name, Deployable verticle) throws Exception {
        vertx.createSharedWorkerExecutor(name, 1);
        deployed.push(await(vertx.deployVerticle(
                verticle,
                new DeploymentOptions()
                        .setThreadingModel(ThreadingModel.WORKER)
                        .setWorkerPoolName(name)
                        .setWorkerPoolSize(1))));
    }

    static <T> T await(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new IllegalStateException("not done within " + MOST_SECONDS + " s", e);
        }
    }
}
