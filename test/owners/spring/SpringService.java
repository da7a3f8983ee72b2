// SPDX-License-Identifier: MIT
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A service of Spring Boot that has answered some thousand requests, and in which nothing is wrong. */
@SpringBootConfiguration
@EnableAutoConfiguration
@RestController
public class SpringService {
    static final int REQUESTS = 3_001;

    @GetMapping("/greeting")
    public Map<String, Object> greet(@RequestParam("name") String name) {
        return Map.of("greeting", "Hello " + name, "length", name.length());
    }

    public static void main(String[] args) throws Exception {
        ConfigurableApplicationContext context =
                SpringApplication.run(SpringService.class, "--server.port=0", "--spring.main.banner-mode=off", "--logging.level.root=ERROR");
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < REQUESTS; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/greeting?name=n" + i)).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) throw new AssertionError(response.body());
        }
        Truth.ready();
        context.close();
    }
}
