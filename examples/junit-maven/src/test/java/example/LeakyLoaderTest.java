// SPDX-License-Identifier: MIT
package example;

class LeakyLoaderTest extends LoaderTest {
    LeakyLoaderTest() {
        super(new LeakyLoader());
    }
}
