function Start-HcsProcess {
    <#
    .SYNOPSIS
    Starts hcs with UTF-8 streams; its stdin gets the text, or the bytes of the file, and ends (Wait-HcsTask); its stderr is read in any
    case (Wait-HcsExit).
    .DESCRIPTION
    When there is no hcs: an error of the caller, and nothing. Without a caller it is thrown.
    #>
    [OutputType([System.Diagnostics.Process])]
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string[]] $Argument,
        [AllowNull()] [object] $InputText,
        # A full path; before the text.
        [string] $InFile,
        # Its stdin does not end with the text.
        [switch] $HoldInput,
        # Lines of its stderr go to the host, as they come.
        [switch] $ShowError,
        [AllowNull()] [System.Management.Automation.PSCmdlet] $Caller
    )

    $executable = Get-HcsExecutable
    if ($executable -is [System.Management.Automation.ErrorRecord]) {
        if ($null -eq $Caller) { throw $executable }
        Write-HcsError -Caller $Caller -Record $executable
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
    $source = $null
    if ($InFile) {
        $source = New-Object -TypeName System.IO.FileStream -ArgumentList $InFile, 'Open', 'Read', 'ReadWrite'
    } elseif ($InputText -is [byte[]]) {
        $source = New-Object -TypeName System.IO.MemoryStream -ArgumentList (, $InputText)
    } elseif ($null -ne $InputText) {
        # StandardInputEncoding is not in .NET Framework.
        $source = New-Object -TypeName System.IO.MemoryStream -ArgumentList (, $utf8.GetBytes([string] $InputText))
    }
    $process = [System.Diagnostics.Process]::Start($start)
    if ($null -eq $source) {
        $process.StandardInput.Close()
    } else {
        # Beside the reading of its output: a program that writes while it reads would else wait for us, and we for it.
        $copy = $source.CopyToAsync($process.StandardInput.BaseStream)
        Add-Member -InputObject $process -NotePropertyName HcsInput -NotePropertyValue @{ Copy = $copy; Source = $source; Hold = [bool] $HoldInput }
    }
    # Read beside its output: hcs would else wait for us when it has written more than a pipe holds.
    $errors = @{ Show = [bool] $ShowError; Next = $null; Held = $null }
    if ($ShowError) { $errors.Next = $process.StandardError.ReadLineAsync() } else { $errors.Next = $process.StandardError.ReadToEndAsync() }
    Add-Member -InputObject $process -NotePropertyName HcsErrors -NotePropertyValue $errors
    $process
}

function Wait-HcsTask {
    <#
    .SYNOPSIS
    Waits for a task; meanwhile ends the stdin of hcs when all its input is written, and shows what it writes on stderr.
    .DESCRIPTION
    In short pieces: PowerShell can stop a pipeline only between statements.
    #>
    param([System.Diagnostics.Process] $Process, [System.Threading.Tasks.Task] $Task)

    while (-not $Task.IsCompleted) {
        $errors = $Process.HcsErrors
        $tasks = @($Task)
        $pending = $null
        if ($null -ne $Process.PSObject.Properties['HcsInput']) { $pending = $Process.HcsInput }
        if ($null -ne $pending -and -not $pending.Copy.IsCompleted) { $tasks += $pending.Copy }
        if ($errors.Show -and $null -ne $errors.Next) { $tasks += $errors.Next }
        $null = [System.Threading.Tasks.Task]::WaitAny([System.Threading.Tasks.Task[]] $tasks, 100)
        if ($null -ne $pending -and $pending.Copy.IsCompleted -and -not $pending.Hold) { Close-HcsInput -Process $Process }
        if ($errors.Show) { Show-HcsError -Process $Process }
    }
}

function Show-HcsError {
    <#
    .SYNOPSIS
    Shows the lines that have come on stderr; holds back a last one of hcs itself, which may be told otherwise.
    #>
    param([System.Diagnostics.Process] $Process)

    $errors = $Process.HcsErrors

    while ($null -ne $errors.Next -and $errors.Next.IsCompleted) {
        $line = $errors.Next.Result
        if ($null -eq $line) {
            $errors.Next = $null
            return
        }
        if ($null -ne $errors.Held) { $Host.UI.WriteErrorLine($errors.Held) }
        $errors.Held = $null
        if ($line -cmatch '^hcs: ') { $errors.Held = $line } else { $Host.UI.WriteErrorLine($line) }
        $errors.Next = $Process.StandardError.ReadLineAsync()
    }
}

function Wait-HcsExit {
    <#
    .SYNOPSIS
    Waits until hcs has ended; returns what it wrote on stderr and what was not shown yet.
    #>
    [OutputType([string])]
    param([System.Diagnostics.Process] $Process)

    $errors = $Process.HcsErrors
    while (-not $Process.WaitForExit(100)) { }
    if (-not $errors.Show) { return $errors.Next.GetAwaiter().GetResult() }
    while ($null -ne $errors.Next) {
        Wait-HcsTask -Process $Process -Task $errors.Next
        Show-HcsError -Process $Process
    }
    $errors.Held
}

function Close-HcsInput {
    <#
    .SYNOPSIS
    Ends the stdin of hcs, written or not.
    #>
    param([System.Diagnostics.Process] $Process)

    if ($null -eq $Process.PSObject.Properties['HcsInput'] -or $null -eq $Process.HcsInput) { return }
    $done = $Process.HcsInput
    $Process.HcsInput = $null
    $done.Source.Dispose()
    try {
        $Process.StandardInput.Close()
    } catch [System.IO.IOException] {
        # It ended before it had read all; its own words say why.
        Write-Debug -Message $_.Exception.Message
    }
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
        Close-HcsInput -Process $Process
    } catch [System.InvalidOperationException], [System.ComponentModel.Win32Exception] {
        Write-Debug -Message $_.Exception.Message
    }
    $Process.Dispose()
}

function Read-HcsLine {
    <#
    .SYNOPSIS
    The lines that a process writes, as they come.
    .DESCRIPTION
    A break in a block that takes the lines ends the loop here, whoever wrote it: then nobody reads on, and whoever started the process ends it (Test-HcsLeft).
    #>
    param([System.Diagnostics.Process] $Process)

    while ($true) {
        $next = $Process.StandardOutput.ReadLineAsync()
        if (-not $next.IsCompleted) { Wait-HcsTask -Process $Process -Task $next }
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
