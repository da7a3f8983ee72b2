// SPDX-License-Identifier: MIT
package example;

class KeepingLoaderTest extends LoaderTest {
    KeepingLoaderTest() {
        super(new KeepingLoader());
    }
}
