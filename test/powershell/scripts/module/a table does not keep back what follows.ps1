# PowerShell keeps a table that sizes itself, or its first column, and every text behind it, until the script ends, and drops all when it ends by throw or exit.
$module = [System.IO.Path]::ChangeExtension((Get-Module HostCompute).Path, 'psd1')
# As a .NET tool PowerShell is a library that dotnet runs.
$self = (Get-Process -Id $PID).Path
$library = @([Environment]::GetCommandLineArgs()[0] | Where-Object { $self -match 'dotnet' })
$id = Start-TestContainer
$file = [System.IO.Path]::GetTempFileName() + '.ps1'
try {
    foreach ($line in "Get-HcsContainer $id", "Get-HcsProcess $id", "Measure-HcsContainer $id", "Get-HcsEvent $id", "Stop-HcsContainer $id -Force; Wait-HcsContainer $id") {
        Set-Content $file -Encoding utf8 "Import-Module '$module'; $line; 'step 1'; throw 'no'"
        $text = (& $self @library -NoProfile -NonInteractive -File $file 2>$null) -join "`n"
        Assert-Match $text "--\n[\s\S]*$id[\s\S]*\nstep 1"
    }
} finally {
    Remove-Item $file
    $id | Remove-TestContainer
}
