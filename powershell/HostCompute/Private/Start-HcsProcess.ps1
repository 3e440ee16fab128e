function Start-HcsProcess {
    <#
    .SYNOPSIS
    Starts hcs with UTF-8 streams; its stdin gets the text, if there is one, and ends.
    .DESCRIPTION
    When there is no hcs: an error of the caller, and nothing. Without a caller it is thrown.
    #>
    [OutputType([System.Diagnostics.Process])]
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string[]] $Argument,
        [AllowNull()] [object] $InputText,
        [AllowNull()] [System.Management.Automation.PSCmdlet] $Caller
    )

    $executable = Get-HcsExecutable
    if ($executable -is [System.Management.Automation.ErrorRecord]) {
        if ($null -eq $Caller) { throw $executable }
        $Caller.WriteError($executable)
        return
    }
    $start = New-Object -TypeName System.Diagnostics.ProcessStartInfo
    $start.FileName = $executable.Program
    $start.Arguments = ConvertTo-HcsArgumentLine -Argument ($executable.Before + $Argument)
    $start.WorkingDirectory = (Get-Location -PSProvider FileSystem).ProviderPath
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $utf8 = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
    $start.StandardOutputEncoding = $utf8
    $start.StandardErrorEncoding = $utf8
    $process = [System.Diagnostics.Process]::Start($start)
    try {
        if ($null -ne $InputText) {
            # StandardInputEncoding is not in .NET Framework.
            $bytes = $utf8.GetBytes([string] $InputText)
            $process.StandardInput.BaseStream.Write($bytes, 0, $bytes.Length)
        }
        $process.StandardInput.Close()
    } catch [System.IO.IOException] {
        # It ended before it had read all; its own words say why.
        Write-Debug -Message $_.Exception.Message
    }
    $process
}

function Stop-HcsProcess {
    <#
    .SYNOPSIS
    Ends hcs if it has not ended: the engine cancels what was asked when its client goes.
    #>
    param([System.Diagnostics.Process] $Process)

    if ($null -eq $Process) { return }
    try {
        if (-not $Process.HasExited) { $Process.Kill() }
    } catch [System.InvalidOperationException], [System.ComponentModel.Win32Exception] {
        Write-Debug -Message $_.Exception.Message
    }
    $Process.Dispose()
}

function Read-HcsLine {
    <#
    .SYNOPSIS
    The lines that a process writes, as they come. Waits in short pieces: PowerShell can stop a pipeline only between statements.
    .DESCRIPTION
    A break in a block that takes the lines ends the loop here, whoever wrote it: then nobody reads on, and whoever started the process ends it (Test-HcsLeft).
    #>
    param([System.Diagnostics.Process] $Process)

    while ($true) {
        $next = $Process.StandardOutput.ReadLineAsync()
        while (-not $next.Wait(100)) { }
        if ($null -eq $next.Result) { return }
        $next.Result
    }
    Add-Member -InputObject $Process -NotePropertyName HcsLeft -NotePropertyValue $true
}

function Test-HcsLeft {
    <#
    .SYNOPSIS
    Whether whoever read the lines of a process broke out of them.
    #>
    [OutputType([bool])]
    param([System.Diagnostics.Process] $Process)

    $null -ne $Process.PSObject.Properties['HcsLeft']
}
