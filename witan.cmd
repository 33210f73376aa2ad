@echo off
rem SPDX-License-Identifier: Apache-2.0
rem The witan command for Windows: finds JDK 25, builds what is missing or out of date, starts the JVM.
rem WITAN_JAVA_OPTS adds JVM options.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set "STATE=%ROOT%\target\witan"
set "ARGS_FILE=%STATE%\java.args"

set "JDK="
call :jdk "%JAVA_HOME%"
call :jdk "%JDK_HOME%"
for /f "delims=" %%J in ('where java.exe 2^>nul') do call :jdk "%%~dpJ.."
for %%B in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%USERPROFILE%\.jdks" "%USERPROFILE%\scoop\apps") do (
    for /d %%J in ("%%~B\*") do call :jdk "%%~J"
    for /d %%J in ("%%~B\*") do call :jdk "%%~J\current"
)
if not defined JDK (
    echo witan: JDK 25 not found: install one ^(for example Eclipse Temurin 25^) or set JAVA_HOME to it>&2
    exit /b 1
)

set "STALE="
if not exist "%ARGS_FILE%" set "STALE=1"
for /d %%M in ("%ROOT%\witan-*") do call :changed "%%~M" "%%~nxM"
if defined STALE call :build || exit /b 1

"%JDK%\bin\java.exe" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -Djava.awt.headless=true -DOPT_OUT_TRACKING=true "-Dorg.bytedeco.javacpp.cachedir=%LOCALAPPDATA%\witan\javacpp" "-DDJL_CACHE_DIR=%LOCALAPPDATA%\witan\djl" %WITAN_JAVA_OPTS% "@%ARGS_FILE%" dev.witan.cli.Witan %*
exit /b %ERRORLEVEL%

rem Takes the folder if it is a JDK 25 and none was taken before.
:jdk
if defined JDK exit /b 0
if "%~1"=="" exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
findstr /b /r /c:"JAVA_VERSION=.25[.-]" /c:"JAVA_VERSION=.25.$" "%~1\release" >nul 2>&1 && set "JDK=%~f1"
exit /b 0

rem Compares a module's sources with the copies made at the last build: xcopy /l /d counts the newer ones.
:changed
for %%S in ("src\main" ".") do if exist "%~1\%%~S" if not exist "%STATE%\seen\%~2\%%~S" set "STALE=1"
if defined STALE exit /b 0
if exist "%~1\src\main" for /f "tokens=1" %%N in ('xcopy "%~1\src\main" "%STATE%\seen\%~2\src\main" /l /d /s /y') do set "COUNT=%%N"
if defined COUNT if not "%COUNT%"=="0" set "STALE=1"
for /f "tokens=1" %%N in ('xcopy "%~1\pom.xml" "%STATE%\seen\%~2" /l /d /y') do set "COUNT=%%N"
if not "%COUNT%"=="0" set "STALE=1"
exit /b 0

:build
where mvn >nul 2>&1 || (
    echo witan: Maven not found: install Maven 3.8 or newer>&2
    exit /b 1
)
if not exist "%STATE%" mkdir "%STATE%"
echo witan: building ^(log: %STATE%\build.log^)>&2
set "JAVA_HOME=%JDK%"
call mvn -B -ntp -Dstyle.color=never -f "%ROOT%\pom.xml" -pl witan-cli -am -Dmaven.test.skip=true -Dexec.skip=true package >"%STATE%\build.log" 2>&1 || (
    findstr /b /c:"[ERROR]" "%STATE%\build.log" >&2
    echo witan: the build failed; all of it is in %STATE%\build.log>&2
    exit /b 1
)
rem An argument file has no length limit; a backslash at the end of a line inside quotes joins the lines.
set "JAR=%ROOT:\=/%/witan-cli/target/witan-cli.jar"
>"%ARGS_FILE%" echo -cp "%JAR%;\
type "%ROOT%\witan-cli\target\runtime.classpath" >>"%ARGS_FILE%"
>>"%ARGS_FILE%" echo "
for /d %%M in ("%ROOT%\witan-*") do (
    if exist "%%~M\src\main" xcopy "%%~M\src\main" "%STATE%\seen\%%~nxM\src\main\" /d /s /y /q >nul
    xcopy "%%~M\pom.xml" "%STATE%\seen\%%~nxM\" /d /y /q >nul
)
exit /b 0
