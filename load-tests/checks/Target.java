import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers every request over HTTP on a port of the loopback with a small JSON, and closes: {@code java Target.java PORT}. */
class Target {
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n"
                    + "Connection: close\r\n\r\n{\"status\":\"healthy\"}")
            .getBytes(StandardCharsets.US_ASCII);

    public static void main(String[] args) throws Exception {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 1_024, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            }
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            if (in.read(new byte[4_096]) > 0) {
                OutputStream out = socket.getOutputStream();
                out.write(ANSWER);
                out.flush();
            }
        } catch (java.io.IOException gone) {
            // the client has what it wanted
        }
    }
}
