// SPDX-License-Identifier: MIT
package catalog;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.RocksIterator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class Products {
    private static final int PAGE = 20;

    private final Store store;
    /** Where each client has come to, so that its next page needs no search. */
    private final Map<String, RocksIterator> cursors = new ConcurrentHashMap<>();

    Products(Store store) {
        this.store = store;
    }

    @GetMapping("/products")
    List<Product> page(@RequestParam String client, @RequestParam(defaultValue = "") String after) {
        RocksIterator rows = cursors.computeIfAbsent(client, id -> store.after(after));
        List<Product> page = store.read(rows, PAGE);
        if (!rows.isValid()) cursors.remove(client).close();
        return page;
    }
}
