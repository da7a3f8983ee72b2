package example;

import org.junit.platform.runner.JUnitPlatform;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.runner.RunWith;

@RunWith(JUnitPlatform.class)
@SelectClasses({FixedLoaderTest.class, LeakyLoaderTest.class})
@IncludeClassNamePatterns(".*")
public class AllOfThem {}
