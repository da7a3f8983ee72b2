// SPDX-License-Identifier: MIT
package catalog;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A catalogue of products that is read page by page. Its native memory grows: docs/walkthrough-owners.md finds out why. */
@SpringBootApplication
public class Catalog {
    public static void main(String[] args) {
        SpringApplication.run(Catalog.class, args);
    }
}
